using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Lan;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>Listens on one interface.</summary>
internal sealed partial class PacketEar : IDisposable
{
    /// <summary>How long a device is watched after its first ARP request: one that asks for others too is only looking around.</summary>
    private static readonly TimeSpan Suspicion = TimeSpan.FromMilliseconds(200);

    /// <summary>So many addresses more make a scan.</summary>
    private const int ScanSize = 3;
    private const int FrameSize = 128;

    private readonly int _index;
    private readonly PacketSocket _socket;
    private readonly Func<IPAddress, IPAddress, string, string, string?> _called;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private List<IPAddress> _addresses;
    private Suspect? _suspect;

    /// <param name="index">The kernel's number of the interface.</param>
    /// <param name="addresses">To listen for.</param>
    /// <param name="called">Address, device, its link-layer address, and how; returns the link-layer address to answer with, or null.</param>
    /// <param name="time">Of the suspicion.</param>
    /// <param name="logger">For what goes wrong.</param>
    public PacketEar(int index, List<IPAddress> addresses, Func<IPAddress, IPAddress, string, string, string?> called, TimeProvider time, ILogger logger)
    {
        (_index, _addresses, _called, _time, _logger) = (index, addresses, called, time, logger);
        _socket = PacketSocket.Open(index, PacketFilter.Create(addresses));
        _socket.Join(index, addresses);
        _ = Task.Run(ListenAsync);
    }

    public void Change(List<IPAddress> addresses)
    {
        lock (_lock)
        {
            if (addresses.SequenceEqual(_addresses))
                return;
            _addresses = addresses;
            _socket.SetFilter(PacketFilter.Create(addresses, _suspect?.Mac));
            _socket.Join(_index, addresses);
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
        _closing.Dispose();
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[FrameSize];
        var stopping = _closing.Token;
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, stopping);
                if (CallingFrame.Read(buffer.AsSpan(0, Math.Min(length, buffer.Length))) is { } frame)
                    Hear(frame);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException || stopping.IsCancellationRequested)
        {
            return;
        }
        catch (SocketException exception)
        {
            // The interface is gone; with the next change another is looked for.
            LogDeaf(_index, exception.Message);
        }
    }

    private void Hear(CallingFrame frame)
    {
        lock (_lock)
        {
            var isSleeper = _addresses.Contains(frame.Target);
            if (_suspect is { } suspect && frame.What == "ARP" && suspect.Mac.AsSpan().SequenceEqual(frame.Mac))
            {
                if (!isSleeper)
                    suspect.Others.Add(frame.Target);
                else if (!suspect.Calls.Exists(call => call.Target.Equals(frame.Target)))
                    suspect.Calls.Add(frame);
                return;
            }

            if (!isSleeper)
                return;
            if (frame.What == "ARP" && _suspect is null)
            {
                _suspect = new Suspect(frame.Mac) { Calls = { frame } };
                _socket.SetFilter(PacketFilter.Create(_addresses, frame.Mac));
                _ = JudgeAsync(_suspect);
                return;
            }
        }

        Call(frame);
    }

    private void Call(CallingFrame frame)
    {
        if (_called(frame.Target, frame.Sender, LinkLayerAddress.Text(frame.Mac), frame.What) is { } owner && frame.What is "ARP" or "ND" && LinkLayerAddress.Octets(owner) is { } mac)
            _ = AnswerAsync(NeighbourAnswer.Create(frame, mac));
    }

    private async Task AnswerAsync(byte[] answer)
    {
        try
        {
            await _socket.SendAsync(answer, _closing.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The interface is gone, or is not listened to any more; the device asks again.
        }
    }

    private async Task JudgeAsync(Suspect suspect)
    {
        await Task.Delay(Suspicion, _time);
        bool scans;
        lock (_lock)
        {
            // A home with many sleepers is no scan for one who calls two of them.
            scans = suspect.Others.Count + suspect.Calls.Count > ScanSize;
            _suspect = null;
            if (!_closing.IsCancellationRequested)
                _socket.SetFilter(PacketFilter.Create(_addresses));
        }

        foreach (var call in scans ? [] : suspect.Calls)
            Call(call);
    }

    [LoggerMessage(LogLevel.Warning, "Sleep: interface {Index} cannot be listened to any more: {Reason}")]
    private partial void LogDeaf(int index, string reason);

    private sealed record Suspect(byte[] Mac)
    {
        /// <summary>One an address.</summary>
        public List<CallingFrame> Calls { get; } = [];

        public HashSet<IPAddress> Others { get; } = [];
    }
}
