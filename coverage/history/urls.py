from django.urls import path

from . import views

urlpatterns = [
    path("riwayat/", views.all_history, name="history"),
    path("riwayat/<str:month>/<slug:office>/", views.office_history, name="office-history"),
    path("riwayat/<str:month>/<str:area>/<slug:segment>/", views.cell_history, name="cell-history"),
]
