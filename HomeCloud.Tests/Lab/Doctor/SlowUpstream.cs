using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;

namespace HomeCloud.Tests.Lab.Doctor;

/// <summary>A name server far away, on the router's address: it passes questions on to the internet's, and takes its time first. The lab's kernel need not know netem.</summary>
internal sealed class SlowUpstream : IDisposable
{
    public const int Port = 5399;

    private static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(600);
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Socket _onwards;
    private readonly Task _serving;

    public SlowUpstream(HomeLab lab)
    {
        _listener = NetworkNamespace.Create(lab.Router.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _onwards = NetworkNamespace.Create(lab.Router.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _listener.Bind(new IPEndPoint(IPAddress.Parse(Lan.Router4), Port));
        _onwards.Connect(new IPEndPoint(IPAddress.Parse(Lan.Upstream4), 53));
        _serving = ServeAsync(_stop.Token);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _serving.GetAwaiter().GetResult();
        _listener.Dispose();
        _onwards.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var asked = await _listener.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
                using var way = new PeriodicTimer(OnTheWay);
                await way.WaitForNextTickAsync(cancellationToken);
                await _onwards.SendAsync(buffer.AsMemory(0, asked.ReceivedBytes), cancellationToken);
                var length = await _onwards.ReceiveAsync(buffer, cancellationToken);
                await _listener.SendToAsync(buffer.AsMemory(0, length), asked.RemoteEndPoint, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The scenario is over.
        }
    }
}
