namespace HomeCloud.Registry;

/// <summary>Keys of <see cref="NameRecord.Attributes"/> that agents write and TXT answers show.</summary>
public static class RecordAttributes
{
    public const string ContainerId = "id";
    public const string Container = "container";
    public const string Image = "image";
    public const string Host = "host";
    public const string Network = "network";
    public const string ExitCode = "exit-code";
    public const string Refused = "refused";
    public const string Ports = "ports";
}
