using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Gives a name its address: the one it had, or a free one that nobody on the LAN answers for. A candidate is promised before
/// the LAN is asked, so that several servers made at once ask at once, each for another address.
/// </summary>
public sealed class AddressGiver(IServerEngine engine, ReservationBook book, IAddressProbe probe, ServersOptions options)
{
    private const int MostProbes = 64;
    private readonly Lock _lock = new();
    private readonly HashSet<IPAddress> _promised = [];

    /// <summary>Chooses and promises an address; call <see cref="Release"/> when the container exists or will not.</summary>
    /// <param name="name">The server.</param>
    /// <param name="network">Where.</param>
    /// <param name="wanted">A fixed address; null to choose.</param>
    /// <param name="refused">Addresses that the engine would not take: not chosen again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<IPAddress>> GiveAsync(string name, NetworkFacts network, IPAddress? wanted, IReadOnlySet<IPAddress> refused, CancellationToken cancellationToken)
    {
        if (network.Subnet is not { } subnet)
            return new ServerProblem(ProblemCode.NoFreeAddress, $"The network {network.Name} has no IPv4 subnet.", "Create one with: homecloud network create");

        var containers = await engine.ListAsync(cancellationToken);
        if (!containers.IsSuccess)
            return containers.Problem;

        var answering = new HashSet<IPAddress>();
        while (true)
        {
            var used = containers.Value.SelectMany(c => c.Claimed).Concat(refused).ToHashSet();
            var inUse = containers.Value.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
            var promised = Promise(name, network, subnet, wanted, used, inUse, answering);
            if (!promised.IsSuccess)
            {
                return wanted is not null && promised.Problem.Code == ProblemCode.AddressTaken && containers.Value.FirstOrDefault(c => c.Claimed.Contains(wanted)) is { } holder
                    ? promised.Problem with { Message = $"{wanted} belongs to the container {holder.Name} ({holder.LifePhrase})." }
                    : promised;
            }

            var kept = false;
            try
            {
                if (Keeper(name, promised.Value) is { } other && !inUse.Contains(other))
                {
                    // Its server may have been made since we asked the engine. From here on none can be: it is promised to us.
                    containers = await engine.ListAsync(cancellationToken);
                    if (!containers.IsSuccess)
                        return containers.Problem;

                    if (containers.Value.Any(c => c.Name == other))
                        continue;
                }

                var mine = wanted is not null && wanted.Equals(book.Find(name)?.Address);
                if (mine || !await AnswersAsync(promised.Value, cancellationToken))
                {
                    var assigned = Assign(name, promised.Value, inUse);
                    kept = assigned.IsSuccess;
                    return assigned;
                }
            }
            finally
            {
                if (!kept)
                    Release(promised.Value);
            }

            if (wanted is not null)
                return new ServerProblem(ProblemCode.AddressAnswers, $"Another device on the LAN already answers for {wanted}.", "Choose another address, or give that device another one.");

            answering.Add(promised.Value);
        }
    }

    public void Release(IPAddress address)
    {
        lock (_lock)
            _promised.Remove(address);
    }

    /// <summary>Another name that the address is kept for.</summary>
    private string? Keeper(string name, IPAddress address) => book.All.FirstOrDefault(r => r.Key != name && address.Equals(r.Value.Address)).Key;

    private Outcome<IPAddress> Promise(
        string name, NetworkFacts network, IPNetwork subnet, IPAddress? wanted, HashSet<IPAddress> used, HashSet<string> inUse, HashSet<IPAddress> answering)
    {
        lock (_lock)
        {
            var taken = used.Concat(_promised).Concat(answering).ToHashSet();
            var chosen = wanted is null ? Choose(name, network, taken, inUse, answering.Count) : Check(wanted, network, subnet, taken);
            if (chosen.IsSuccess)
                _promised.Add(chosen.Value);

            return chosen;
        }
    }

    private Outcome<IPAddress> Assign(string name, IPAddress address, HashSet<string> inUse) => book.TryAssign(name, address, inUse)
        ? address
        : new ServerProblem(ProblemCode.AddressTaken, $"{address} is reserved for another server that is stopped.", "Choose another address, or remove that server.");

    private static Outcome<IPAddress> Check(IPAddress wanted, NetworkFacts network, IPNetwork subnet, HashSet<IPAddress> taken)
    {
        if (!AddressPicker.IsUsable(wanted, subnet) || network.Taken.Contains(wanted))
            return new ServerProblem(ProblemCode.InvalidAddress, $"{wanted} cannot be used in {network.Name} ({subnet}).", $"Choose an address inside {network.Range ?? subnet}.");

        return taken.Contains(wanted)
            ? new ServerProblem(ProblemCode.AddressTaken, $"{wanted} belongs to another container.", "Choose another address, or set none to get a free one.")
            : wanted;
    }

    private Outcome<IPAddress> Choose(string name, NetworkFacts network, HashSet<IPAddress> taken, HashSet<string> inUse, int tried)
    {
        if (book.Find(name)?.Address is { } last
            && AddressPicker.IsUsable(last, network.Subnet!.Value)
            && !network.Taken.Contains(last) && !taken.Contains(last))
        {
            return last;
        }

        if (tried >= MostProbes)
        {
            return new ServerProblem(
                ProblemCode.NoFreeAddress,
                $"Other devices on the LAN answer for {tried} addresses of {network.Name} ({network.Range}).",
                "Keep the router's DHCP pool out of that range, or choose an address yourself.");
        }

        var others = book.All.Where(r => r.Key != name && r.Value.Address is not null).ToList();
        var reserved = others.Select(r => r.Value.Address!).ToHashSet();

        // An address that was another's a moment ago comes late: devices still send to that one's MAC.
        var left = book.Left;
        var remembered = options.ProbeAddresses ? probe.Remembered(OurMacs()) : new HashSet<IPAddress>();
        var free = AddressPicker.Free(network, taken, reserved);
        var first = free.Where(address => !left.ContainsKey(address) && !remembered.Contains(address))
            .Concat(free.Where(left.ContainsKey).OrderBy(address => left[address]))
            .Concat(free.Where(address => !left.ContainsKey(address) && remembered.Contains(address)));

        // Only when nothing else is there, names without a server lose theirs, the longest unused first.
        var second = others
            .Where(r => !inUse.Contains(r.Key) && network.Range!.Value.Contains(r.Value.Address!) && !taken.Contains(r.Value.Address!))
            .OrderBy(r => r.Value.LastUsed)
            .Select(r => r.Value.Address!);
        var candidate = first.Concat(second).FirstOrDefault();
        return candidate is not null
            ? candidate
            : new ServerProblem(
                ProblemCode.NoFreeAddress,
                $"No address is free in {network.Name} ({network.Range}).",
                "Remove a server, or create the network again with a larger --ip-range.");
    }

    private HashSet<string> OurMacs() => book.All.Values.Select(r => r.Mac).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private async Task<bool> AnswersAsync(IPAddress address, CancellationToken cancellationToken) =>
        options.ProbeAddresses && await probe.IsAnsweringAsync(address, OurMacs(), cancellationToken);
}
