using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

internal static partial class HostsFileLog
{
    [LoggerMessage(LogLevel.Information, "Hosts file {Path}: {Count} names read")]
    public static partial void Read(ILogger logger, string path, int count);

    // It changes whenever a device comes or stays.
    [LoggerMessage(LogLevel.Debug, "Lease file {Path}: {Count} names read, {LeftOut} left out")]
    public static partial void LeasesRead(ILogger logger, string path, int count, int leftOut);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    public static partial void LineLeftOut(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Path}: could not be read, its names stay as they were: {Reason}")]
    public static partial void CannotRead(ILogger logger, string kind, string path, string reason);

    [LoggerMessage(LogLevel.Information, "{Kind} {Path}: changes are found by polling: {Reason}")]
    public static partial void OnlyPolled(ILogger logger, string kind, string path, string reason);
}
