"""The root URLconf. Anonymous users are redirected to `/masuk/` (LoginRequiredMiddleware)."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import AdminLogin
from operations.health import health

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("guides.urls")),
    path("sehat/", health, name="health"),
    path("admin/login/", AdminLogin.as_view()),
    path("admin/", admin.site.urls),
    path("", include("targets.urls")),
    path("", include("coverage.urls")),
]
handler400 = "accounts.views.bad_request"
handler403 = "accounts.views.refused"
handler404 = "accounts.views.not_found"
handler500 = "accounts.views.server_error"
