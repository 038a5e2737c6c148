from django.urls import path

from . import views

urlpatterns = [
    path("tautan/", views.links, name="links"),
    path("tautan/<int:pk>/", views.link, name="link"),
]
