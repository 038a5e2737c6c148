from django.contrib.auth import views as auth
from django.urls import include, path

from .forms import LoginForm

urlpatterns = [
    path(
        "masuk/", auth.LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True), name="login"
    ),
    path("keluar/", auth.LogoutView.as_view(), name="logout"),
    path("sandi/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("sandi/diganti/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("", include("accounts.links.urls")),
]
