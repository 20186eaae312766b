# Signalbox for production: everything from pip, nothing from another host at run time.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# What changes seldom comes first, so that a change of the code installs nothing anew.
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY manage.py ./
COPY config config
COPY people people
COPY simulator simulator
COPY lessons lessons
COPY templates templates
COPY static static

# Needs no key: see docs/decisions/0010-environments.md. `var` keeps drawings; it may be lost at any time.
# The drawing engine is compiled into the home of the user that serves, so that it is warm at the start.
RUN useradd --create-home signalbox \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q config people simulator lessons \
    && mkdir -p var && chown signalbox:signalbox var
USER signalbox
RUN python -c "from simulator.diagrams import warm_up; warm_up()"

EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "65536", \
     "--no-access-log", "--timeout-graceful-shutdown", "3"]
