"""Addresses of this room."""

from django.urls import path

from cms.lessons.views import browse, captions, edit, handing_in, removing, reviewing, speakers, upload, watch

app_name = "lessons"
urlpatterns = [
    path("upload/", upload.upload, name="upload"),
    path("upload/save/", upload.upload_save, name="upload_save"),
    path("upload/file/", upload.upload_file, name="upload_file"),
    path("upload/<uuid:pk>/discard/", upload.upload_discard, name="upload_discard"),
    path("upload/speakers/", speakers.speakers, name="own_speakers"),
    path("lessons/", browse.browse, name="browse"),
    path("lessons/mine/", browse.mine, name="mine"),
    path("lessons/<key:pk>/", watch.watch, name="watch"),
    path("lessons/<key:pk>/screen/", watch.screen, name="screen"),
    path("lessons/<key:pk>/captions.vtt", watch.captions_vtt, name="captions_vtt"),
    path("lessons/<key:pk>/edit/", edit.edit, name="edit"),
    path("lessons/<key:pk>/save/", edit.save, name="save"),
    path("lessons/<key:pk>/file/", edit.replace_file, name="replace_file"),
    path("lessons/<key:pk>/speakers/", speakers.speakers, name="speakers"),
    path("lessons/<key:pk>/captions/", captions.captions, name="captions"),
    path("lessons/<key:pk>/captions/draft.vtt", watch.draft_captions_vtt, name="draft_captions_vtt"),
    path("lessons/<key:pk>/questions/", edit.questions, name="questions"),
    path("lessons/<key:pk>/attachments/", edit.attachments, name="attachments"),
    path("lessons/<key:pk>/attachments/<key:document>/remove/", edit.detach, name="detach"),
    path("lessons/<key:pk>/consent/", edit.consent, name="consent"),
    path("lessons/<key:pk>/submit/", handing_in.submit, name="submit"),
    path("lessons/<key:pk>/withdraw/", handing_in.withdraw, name="withdraw"),
    path("lessons/<key:pk>/discard/", removing.discard, name="discard"),
    path("lessons/<key:pk>/unpublish/", removing.unpublish, name="unpublish"),
    path("lessons/<key:pk>/take-down/", removing.take_down, name="take_down"),
    path("lessons/<key:pk>/restore/", removing.restore, name="restore"),
    path("authors/<key:pk>/", browse.author, name="author"),
    path("workbench/review/<key:pk>/", reviewing.review, name="review"),
    path("workbench/review/<key:pk>/captions.vtt", watch.review_captions_vtt, name="review_captions_vtt"),
    path("workbench/review/<key:pk>/documents/<key:document>/", reviewing.review_document, name="review_document"),
]
