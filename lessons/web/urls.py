"""Addresses of home, lessons and progress."""

from django.urls import path

from lessons.web import forecasts_views, pages, questions, variants

app_name = "lessons"

_LESSON = "lessons/<slug:module>/<slug:slug>/"

urlpatterns = [
    path("", pages.home, name="home"),
    path("lessons/", pages.lesson_list, name="list"),
    path(_LESSON, pages.lesson, name="lesson"),
    path(f"{_LESSON}questions/<slug:question>/", questions.question, name="question"),
    path(f"{_LESSON}predictions/<slug:prediction>/", forecasts_views.prediction, name="prediction"),
    path(f"{_LESSON}predictions/<slug:prediction>/run/", forecasts_views.experiment, name="experiment"),
    path(f"{_LESSON}variants/<slug:variant>/", variants.variant, name="variant"),
    path("progress/", pages.progress, name="progress"),
    path("progress/forget/", pages.forget_all, name="forget"),
]
