from django.urls import path

from . import views

urlpatterns = [
    path("sasaran/berkas/", views.upload, name="target-upload"),
    path("sasaran/berkas/<int:number>/", views.preview, name="target-preview"),
    path("sasaran/templat.xlsx", views.template_file, name="target-template"),
]
