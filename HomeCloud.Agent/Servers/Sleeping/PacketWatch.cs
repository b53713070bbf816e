using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;
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
            if (Find(machine, network) is { } index and > 0)
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
        (machine.FirstOrDefault(found => found.Name == network.Parent) ?? machine.FirstOrDefault(found => found.Addresses.Any(own => network.Subnets.Any(subnet => subnet.Contains(own.Address)))))?.Number;

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
