"""What a learner's post can be refused for. Each says, in one sentence, what to do; nothing is lost by it."""


class Refused(Exception):
    """A post that cannot be taken. The text is for the learner."""

    status = 422


class Unknown(Refused):
    """There is no such question, prediction or choice."""

    status = 404


class Outdated(Refused):
    """It was asked differently when the page was loaded, or has been settled since."""

    status = 409
