from django.apps import AppConfig


class SimulatorWebConfig(AppConfig):
    name = "simulator.web"
    label = "simulator_web"  # there are two rooms called web
