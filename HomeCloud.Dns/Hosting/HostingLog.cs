using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(141, LogLevel.Critical, "A part of the server has failed, so it stops.")]
    public static partial void ServiceFailed(ILogger logger, Exception bug);

    [LoggerMessage(142, LogLevel.Error, "{Service} could not stop; the others go on to stop.")]
    public static partial void StopFailed(ILogger logger, string service, Exception problem);
}
