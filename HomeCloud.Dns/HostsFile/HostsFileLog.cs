using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

internal static partial class HostsFileLog
{
    [LoggerMessage(150, LogLevel.Information, "Read {Count} names from {Path}")]
    public static partial void Read(ILogger logger, string path, int count);

    [LoggerMessage(151, LogLevel.Warning, "{Problem}")]
    public static partial void LineLeftOut(ILogger logger, string problem);

    [LoggerMessage(152, LogLevel.Warning, "Cannot read {Path} again, its names stay as they were: {Reason}")]
    public static partial void CannotRead(ILogger logger, string path, string reason);

    [LoggerMessage(153, LogLevel.Information, "Changes of {Path} are found by polling: {Reason}")]
    public static partial void OnlyPolled(ILogger logger, string path, string reason);
}
