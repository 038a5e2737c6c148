from django.urls import path

from . import views

urlpatterns = [
    path("riwayat/", views.feed, name="trail"),
    path("riwayat/<str:month>/<slug:office>/", views.office_trail, name="office-trail"),
    path("riwayat/<str:month>/<str:area>/<slug:segment>/", views.cell_trail, name="cell-trail"),
]
