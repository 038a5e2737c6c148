from django.apps import AppConfig, apps


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Semesta"

    def ready(self) -> None:
        """Set the titles of the admin, and switch off its sidebar: the product's menu is on every page."""
        from django.contrib import admin

        admin.site.site_title = admin.site.site_header = "Semesta"
        admin.site.index_title = "Admin"
        admin.site.enable_nav_sidebar = False
        admin.site.empty_value_display = "–"
        apps.get_app_config("axes").verbose_name = "Pengamanan masuk"
