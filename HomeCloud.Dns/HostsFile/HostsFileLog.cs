using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

internal static partial class HostsFileLog
{
    [LoggerMessage(150, LogLevel.Information, "Hosts file {Path}: {Count} names read")]
    public static partial void Read(ILogger logger, string path, int count);

    [LoggerMessage(151, LogLevel.Warning, "{Problem}")]
    public static partial void LineLeftOut(ILogger logger, string problem);

    [LoggerMessage(152, LogLevel.Warning, "Hosts file {Path}: could not be reloaded, its names stay as they were: {Reason}")]
    public static partial void CannotRead(ILogger logger, string path, string reason);

    [LoggerMessage(153, LogLevel.Information, "Hosts file {Path}: changes are found by polling: {Reason}")]
    public static partial void OnlyPolled(ILogger logger, string path, string reason);
}
