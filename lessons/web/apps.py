from django.apps import AppConfig


class LessonsWebConfig(AppConfig):
    name = "lessons.web"
    label = "lessons_web"  # there are two rooms called web
