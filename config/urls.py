"""All addresses. Who is not logged in is sent to `/masuk/` (LoginRequiredMiddleware)."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from accounts import link_views
from accounts.forms import LoginForm
from accounts.views import AdminLogin

from . import guides, health

urlpatterns = [
    path(
        "masuk/", auth.LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True), name="login"
    ),
    path("keluar/", auth.LogoutView.as_view(), name="logout"),
    path("sandi/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("sandi/diganti/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("tautan/", link_views.links, name="links"),
    path("tautan/<int:pk>/", link_views.link, name="link"),
    path("panduan/", guides.guides, name="guides"),
    path("panduan/gambar/<str:name>", guides.picture, name="guide-picture"),
    path("panduan/<slug:name>/", guides.guide, name="guide"),
    path("sehat/", health.health, name="health"),
    path("admin/login/", AdminLogin.as_view()),
    path("admin/", admin.site.urls),
    path("", include("targets.urls")),
    path("", include("coverage.urls")),
]
handler400 = "accounts.views.bad_request"
handler403 = "accounts.views.refused"
handler404 = "accounts.views.not_found"
handler500 = "accounts.views.server_error"
