from django.urls import path

from . import completeness_views, extract_views, file_views, trail_views, verification_views, views

urlpatterns = [
    path("kelengkapan/", completeness_views.CompletenessView.as_view(), name="completeness"),
    path("kelengkapan/<str:month>/<slug:office>/ingatkan/", completeness_views.remind_office, name="remind-office"),
    path("entri/", views.entry_home, name="entry-home"),
    path("entri/<str:month>/", views.entry, name="entry"),
    path("entri/berkas/<int:batch>/", file_views.preview, name="file-preview"),
    path("entri/<str:month>/berkas-nasional/", file_views.upload, name="file-upload-national"),
    path("entri/<str:month>/templat-nasional.xlsx", file_views.template_file, name="file-template-national"),
    path("entri/<str:month>/<slug:office>/berkas/", file_views.upload, name="file-upload"),
    path("entri/<str:month>/<slug:office>/templat.xlsx", file_views.template_file, name="file-template"),
    path("entri/<str:month>/<slug:office>/", views.entry, name="entry-office"),
    path("verifikasi/", verification_views.verification_queue, name="verification-queue"),
    path("verifikasi/<str:month>/<slug:office>/", verification_views.verification, name="verification"),
    path("data/", extract_views.data_page, name="data"),
    path("data/angka.csv", extract_views.csv_file, name="data-csv"),
    path("data/angka.jsonl", extract_views.json_file, name="data-json"),
    path("riwayat/", trail_views.feed, name="trail"),
    path("riwayat/<str:month>/<slug:office>/", trail_views.office_trail, name="office-trail"),
    path("riwayat/<str:month>/<str:area>/<slug:segment>/", trail_views.cell_trail, name="cell-trail"),
]
