from django.urls import path

from . import views

urlpatterns = [
    path("panduan/", views.guides, name="guides"),
    path("panduan/gambar/<str:name>", views.picture, name="guide-picture"),
    path("panduan/<slug:name>/", views.guide, name="guide"),
]
