from django.urls import path

from . import views

urlpatterns = [
    path("entri/berkas/<int:batch>/", views.preview, name="file-preview"),
    path("entri/<str:month>/berkas-nasional/", views.upload, name="file-upload-national"),
    path("entri/<str:month>/templat-nasional.xlsx", views.template_file, name="file-template-national"),
    path("entri/<str:month>/<slug:office>/berkas/", views.upload, name="file-upload"),
    path("entri/<str:month>/<slug:office>/templat.xlsx", views.template_file, name="file-template"),
]
