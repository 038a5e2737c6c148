from django.urls import include, path

urlpatterns = [
    path("", include("targets.progress.urls")),
    path("", include("targets.figure.urls")),
    path("", include("targets.planning.importing.urls")),
    path("", include("targets.planning.urls")),
    path("", include("targets.consistency.urls")),
    path("", include("targets.breakdown.urls")),
    path("", include("targets.area.urls")),
    path("", include("targets.scorecard.urls")),
    path("", include("targets.meeting.urls")),
]
