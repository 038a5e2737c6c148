from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.data_page, name="data"),
    path("data/angka.csv", views.csv_file, name="data-csv"),
    path("data/angka.jsonl", views.json_file, name="data-json"),
]
