using System.Net;
using HomeCloud.Dns.Serving.Access;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Instruments;

internal static partial class TransportLog
{
    [LoggerMessage(100, LogLevel.Information, "Listening on {Address} ({Transport})")]
    public static partial void Listening(ILogger logger, IPEndPoint address, string transport);

    [LoggerMessage(101, LogLevel.Error, "A query from {Client} could not be handled; this is a bug, please report it")]
    public static partial void HandlerFailed(ILogger logger, ClientAddress client, Exception exception);

    [LoggerMessage(102, LogLevel.Error, "Receiving on {Address} failed: error {Errno}, {Reason}; trying again, and silent about it for an hour")]
    public static partial void ReceiveFailed(ILogger logger, IPEndPoint address, int errno, string reason);

    [LoggerMessage(103, LogLevel.Error, "Accepting connections on {Address} failed: {Reason}; trying again, silently until it works")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(104, LogLevel.Debug, "TLS with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, ClientAddress client, string reason);

    [LoggerMessage(105, LogLevel.Warning, "Stopped with {Count} queries still waiting for an upstream")]
    public static partial void StoppedWithOutstanding(ILogger logger, int count);

    [LoggerMessage(106, LogLevel.Warning, "Not listening on {Address} yet, trying again until it works: {Reason}")]
    public static partial void AddressMissing(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(107, LogLevel.Information, "No longer listening on {Address}: this machine lost the address; it is served again as soon as it is back")]
    public static partial void AddressGone(ILogger logger, IPEndPoint address);

    [LoggerMessage(108, LogLevel.Information, "Listening on {Address} again: the address is back")]
    public static partial void AddressBack(ILogger logger, IPEndPoint address);

    [LoggerMessage(109, LogLevel.Information, "Accepting connections on {Address} works again")]
    public static partial void AcceptRecovered(ILogger logger, IPEndPoint address);

    [LoggerMessage(110, LogLevel.Error, "The addresses of this machine could not be followed; trying again. This is a bug, please report it")]
    public static partial void FollowingFailed(ILogger logger, Exception exception);

    [LoggerMessage(111, LogLevel.Warning, "This machine has no private address to listen on yet; each is served as soon as it is there, or name one with --listen")]
    public static partial void NoAddressYet(ILogger logger);

    [LoggerMessage(112, LogLevel.Error, "A connection from {Client} ended with an error; this is a bug, please report it")]
    public static partial void ConnectionFailed(ILogger logger, ClientAddress client, Exception exception);

    [LoggerMessage(113, LogLevel.Information, "The shared address {Address} is on this machine now, and answered")]
    public static partial void SharedAddressHere(ILogger logger, IPEndPoint address);

    [LoggerMessage(114, LogLevel.Information, "The shared address {Address} has left this machine")]
    public static partial void SharedAddressGone(ILogger logger, IPEndPoint address);

    [LoggerMessage(130, LogLevel.Information, "The TLS certificate {Path} was renewed: new connections get it")]
    public static partial void CertificateRead(ILogger logger, string path);

    [LoggerMessage(131, LogLevel.Error, "The TLS certificate {Path} with key {Key} cannot be used: {Reason}; the previous one stays in use")]
    public static partial void CertificateKept(ILogger logger, string path, string key, string reason);
}
