from django.apps import AppConfig, apps


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Semesta"

    def ready(self) -> None:
        """The admin in our words: one header and one menu, so no second one at the side."""
        from django.contrib import admin

        admin.site.site_title = admin.site.site_header = "Semesta"
        admin.site.index_title = "Admin"
        admin.site.enable_nav_sidebar = False
        admin.site.empty_value_display = "–"
        apps.get_app_config("axes").verbose_name = "Pengamanan masuk"
