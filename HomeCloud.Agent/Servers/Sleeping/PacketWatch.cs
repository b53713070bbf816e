using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>
/// Sees who calls the addresses of sleeping servers, on the interfaces that their networks are bridged to. While nobody sleeps,
/// and for frames that call nobody who sleeps, nothing here runs.
/// </summary>
internal sealed partial class PacketWatch(IServerEngine engine, SleepBook book, WakeDesk desk, PacketWatchStatus status, TimeProvider time, ILogger<PacketWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _news = new(1);
    private readonly Dictionary<int, PacketEar> _ears = [];

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        book.Changed += Look;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                // What fails now may work later: the interface comes with its network.
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(_news.WaitAsync(pause.Token), Task.Delay(status.Problem is null ? Timeout.InfiniteTimeSpan : Retry, time, pause.Token));
                await pause.CancelAsync();
                if (!stoppingToken.IsCancellationRequested)
                    await FollowSafelyAsync(stoppingToken);
            }
        }
        finally
        {
            book.Changed -= Look;
            foreach (var ear in _ears.Values)
                ear.Dispose();
        }
    }

    private void Look()
    {
        if (_news.CurrentCount == 0)
            _news.Release();
    }

    private async Task FollowSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FollowAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Tell($"internal error: {exception.Message}");
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var places = book.Sleepers.Values.Where(sleeper => sleeper.Asleep.WakeOn is "" or "packet").SelectMany(sleeper => sleeper.Asleep.Places).ToList();
        if (places.Count == 0)
        {
            Close(_ears.Keys.ToList());
            return;
        }

        var networks = await engine.LanNetworksAsync(cancellationToken);
        if (!networks.IsSuccess)
            return;
        var machine = MachineInterfaces.Read().Interfaces;
        string? problem = null;
        var wanted = new Dictionary<int, List<IPAddress>>();
        foreach (var place in places)
        {
            if (networks.Value.FirstOrDefault(network => network.Name == place.Network) is not { } network)
                continue;
            if (Find(machine, network) is { } index)
                wanted[index] = [.. wanted.GetValueOrDefault(index) ?? [], .. place.Addresses];
            else
                problem = $"this process sees no interface of the network {network.Name}";
        }

        Close(_ears.Keys.Where(index => !wanted.ContainsKey(index)).ToList());
        foreach (var (index, addresses) in wanted)
            problem = Listen(index, addresses) ?? problem;
        Tell(problem);
    }

    /// <summary>The network's parent; seen from a container, its own interface in that network, which hears broadcasts.</summary>
    private static int? Find(IReadOnlyList<MachineInterface> machine, NetworkFacts network) =>
        (machine.FirstOrDefault(found => found.Name == network.Parent) ?? machine.FirstOrDefault(found => found.Addresses.Any(own => network.Subnets.Any(subnet => subnet.Contains(own.Address)))))?.Index;

    private string? Listen(int index, List<IPAddress> addresses)
    {
        try
        {
            if (_ears.TryGetValue(index, out var ear))
                ear.Change(addresses);
            else
                _ears[index] = new PacketEar(index, addresses, desk.Packet, time, logger);
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressFamilyNotSupported)
        {
            return "the agent may not see packets (it has no CAP_NET_RAW)";
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }

    private void Close(List<int> indexes)
    {
        foreach (var index in indexes)
        {
            _ears.Remove(index, out var ear);
            ear!.Dispose();
        }
    }

    private void Tell(string? problem)
    {
        if (status.Problem == problem)
            return;
        status.Problem = problem;
        if (problem is null)
            LogWorks();
        else
            LogProblem(problem);
    }

    [LoggerMessage(LogLevel.Warning, "Sleep: packets wake no server, only questions for its name do: {Reason}")]
    private partial void LogProblem(string reason);

    [LoggerMessage(LogLevel.Information, "Sleep: packets wake servers again")]
    private partial void LogWorks();
}

/// <summary>Whether packets wake servers.</summary>
public sealed class PacketWatchStatus
{
    private volatile string? _problem;

    /// <summary>Why not; null when they do, or nobody sleeps.</summary>
    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }
}

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
