using System.Net;
using HomeCloud.Dns.Transport.Instruments;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>What a worker does about an error that its socket reports: says it, once an hour if it lasts, and rests before the next try. For its thread.</summary>
internal sealed class ReceiveErrors(IPEndPoint local, ILogger logger)
{
    /// <summary>Too short to lose what the kernel's buffer holds, long enough not to burn a processor.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private int _said;
    private long _saidAt;

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    public void Say(int error, string reason)
    {
        Count++;
        var now = Environment.TickCount64;
        if (error == _said && now - _saidAt < (long)Silence.TotalMilliseconds)
            return;
        _said = error;
        _saidAt = now;
        TransportLog.ReceiveFailed(logger, local, error, reason);
    }
}
