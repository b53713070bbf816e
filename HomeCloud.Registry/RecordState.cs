namespace HomeCloud.Registry;

/// <summary>Whether the machine behind a name is up. A stopped name still exists: DNS answers NODATA for it, with the reason.</summary>
public enum RecordState
{
    Running,
    Paused,
    Stopped,
}
