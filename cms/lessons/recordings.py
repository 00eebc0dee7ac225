"""Where the recording of a lesson stands, and in words why there is none (no queries of its own)."""

from cms.core.clock import now
from cms.lessons.models import MicroLesson
from cms.lessons.states import Recording
from cms.videos.enums import UploadState, VideoStatus
from cms.videos.messages import sentence_for
from cms.videos.models import Upload, Video

CONVERSION = {
    VideoStatus.WAITING: Recording.COMING,
    VideoStatus.PROCESSING: Recording.COMING,
    VideoStatus.PLAYABLE: Recording.PLAYABLE,
    VideoStatus.READY: Recording.PLAYABLE,
    VideoStatus.FAILED: Recording.FAILED,
    VideoStatus.CANCELLED: Recording.GONE,
}


def video_of(lesson: MicroLesson) -> Video | None:
    """Return the lesson's video, or what its upload became and it has not taken yet."""
    return lesson.video or (lesson.upload.video if lesson.upload else None)


def file_of(lesson: MicroLesson) -> str:
    """Return what the file is called that was sent for the lesson, by which its author knows one without a title."""
    video = video_of(lesson)
    return (video.filename if video else "") or (lesson.upload.filename if lesson.upload else "")


def recording_of(lesson: MicroLesson) -> Recording:
    """Return where the lesson's video stands, or the upload that is to become it."""
    if video := video_of(lesson):
        return CONVERSION[VideoStatus(video.status)]
    return sending_of(lesson.upload) if lesson.upload else Recording.NONE


def sending_of(upload: Upload) -> Recording:
    """Return where an upload stands that is no video: a complete one becomes a video when it is asked about next."""
    if upload.state == UploadState.FAILED:
        return Recording.FAILED
    if upload.state != UploadState.RECEIVING:
        return Recording.GONE
    if upload.offset == upload.length:
        return Recording.COMING
    return Recording.STOPPED if upload.expires_at > now() else Recording.GONE


def recording_fault(lesson: MicroLesson) -> str:
    """Return the sentence that says why there is no video and what to do; empty while nothing is wrong."""
    if recording_of(lesson) not in (Recording.FAILED, Recording.GONE):
        return ""
    video, upload = video_of(lesson), lesson.upload
    if video is not None:
        return sentence_for("cancelled" if video.status == VideoStatus.CANCELLED else video.error_code)
    if upload is None or upload.state == UploadState.RECEIVING:
        return sentence_for("upload_expired")
    return sentence_for(upload.error_code or "upload_over", upload.container)
