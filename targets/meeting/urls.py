from django.urls import path

from . import views

urlpatterns = [
    path("rapat/<str:code>/", views.MeetingView.as_view(), name="meeting"),
]
