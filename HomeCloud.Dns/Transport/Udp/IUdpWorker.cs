using System.Net;
using HomeCloud.Dns.Transport.Instruments;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>One socket and the thread that serves it.</summary>
internal interface IUdpWorker : IDisposable
{
    IPEndPoint Local { get; }

    TransportCounters Counters { get; }

    /// <summary>Late answers still to come.</summary>
    int Outstanding { get; }

    void Start();

    /// <summary>Answers what has been received, then ends the thread; late answers can still be sent until <see cref="IDisposable.Dispose"/>.</summary>
    void Stop();
}
