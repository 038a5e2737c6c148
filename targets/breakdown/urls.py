from django.urls import path

from . import views

urlpatterns = [
    path("sasaran/pecah/<str:code>/", views.BreakdownView.as_view(), name="breakdown"),
]
