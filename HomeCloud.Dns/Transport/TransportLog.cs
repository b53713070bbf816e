using System.Net;
using HomeCloud.Dns.Serving;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(100, LogLevel.Information, "Listening on {Address} ({Transport})")]
    public static partial void Listening(ILogger logger, IPEndPoint address, string transport);

    [LoggerMessage(101, LogLevel.Error, "A query from {Client} could not be handled; this is a bug, please report it")]
    public static partial void HandlerFailed(ILogger logger, ClientAddress client, Exception exception);

    [LoggerMessage(102, LogLevel.Error, "Receiving on {Address} failed: error {Errno}, {Reason}; trying again")]
    public static partial void ReceiveFailed(ILogger logger, IPEndPoint address, int errno, string reason);

    [LoggerMessage(103, LogLevel.Error, "Accepting connections on {Address} failed: {Reason}; trying again")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(104, LogLevel.Debug, "TLS with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, ClientAddress client, string reason);

    [LoggerMessage(105, LogLevel.Warning, "Stopped with {Count} queries still waiting for an upstream")]
    public static partial void StoppedWithOutstanding(ILogger logger, int count);

    [LoggerMessage(106, LogLevel.Warning, "Not listening on {Address}: {Reason}")]
    public static partial void AddressSkipped(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(107, LogLevel.Information, "No longer listening on {Address}: this machine lost the address")]
    public static partial void AddressGone(ILogger logger, IPEndPoint address);
}
