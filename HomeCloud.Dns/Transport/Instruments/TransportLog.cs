using System.Net;
using HomeCloud.Dns.Serving.Access;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Instruments;

internal static partial class TransportLog
{
    [LoggerMessage(LogLevel.Information, "Listening on {Address} ({Transport})")]
    public static partial void Listening(ILogger logger, IPEndPoint address, string transport);

    [LoggerMessage(LogLevel.Error, "Query from {Client}: could not be handled; internal error; please report it")]
    public static partial void HandlerFailed(ILogger logger, ClientAddress client, Exception exception);

    [LoggerMessage(LogLevel.Error, "Receiving on {Address} failed: error {Errno}, {Reason}; retrying, next report in an hour")]
    public static partial void ReceiveFailed(ILogger logger, IPEndPoint address, int errno, string reason);

    [LoggerMessage(LogLevel.Error, "Accepting connections on {Address} failed: {Reason}; retrying until it works")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(LogLevel.Debug, "TLS with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, ClientAddress client, string reason);

    [LoggerMessage(LogLevel.Warning, "Stopped with {Count} queries still waiting for an upstream")]
    public static partial void StoppedWithOutstanding(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "Not listening on {Address} yet, retrying until it works: {Reason}")]
    public static partial void AddressMissing(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(LogLevel.Information, "No longer listening on {Address}: this machine lost the address; it is served again as soon as it is back")]
    public static partial void AddressGone(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Information, "Listening on {Address} again: the address is back")]
    public static partial void AddressBack(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Information, "Accepting connections on {Address} works again")]
    public static partial void AcceptRecovered(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Error, "Network watch: could not follow this machine's addresses; retrying. Internal error; please report it")]
    public static partial void FollowingFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Not listening on the LAN: this machine has no private address yet. Each is served as soon as it appears; or set one with --listen")]
    public static partial void NoAddressYet(ILogger logger);

    [LoggerMessage(LogLevel.Error, "Connection from {Client}: ended with an error; internal error; please report it")]
    public static partial void ConnectionFailed(ILogger logger, ClientAddress client, Exception exception);

    [LoggerMessage(LogLevel.Information, "Shared address {Address}: this machine has it now and answers on it")]
    public static partial void SharedAddressHere(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Information, "Shared address {Address}: this machine no longer has it")]
    public static partial void SharedAddressGone(ILogger logger, IPEndPoint address);

    [LoggerMessage(LogLevel.Information, "TLS certificate {Path}: renewed; new connections use it")]
    public static partial void CertificateRead(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "TLS certificate {Path} with key {Key}: cannot be used: {Reason}; the previous one stays in use")]
    public static partial void CertificateKept(ILogger logger, string path, string key, string reason);
}
