using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Which address, MAC and volumes belong to which name. Durable before a change returns.</summary>
public sealed partial class ReservationBook
{
    /// <summary>How long devices may go on sending to the MAC that had an address: macOS believes its ARP cache for 20 minutes.</summary>
    public static readonly TimeSpan LeaveTime = TimeSpan.FromMinutes(20);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, Reservation> _reservations;
    private ImmutableDictionary<IPAddress, long> _left = ImmutableDictionary<IPAddress, long>.Empty;

    public ReservationBook(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
        _reservations = Load(path, out var setAside);
        SetAside = setAside;
    }

    /// <summary>Where an unreadable book was put at the start; null when all was well.</summary>
    public string? SetAside { get; }

    public ImmutableDictionary<string, Reservation> All => _reservations;

    /// <summary>Addresses whose names were forgotten within <see cref="LeaveTime"/>, and when, as a timestamp. Not kept over a restart of the agent.</summary>
    public ImmutableDictionary<IPAddress, long> Left
    {
        get
        {
            lock (_lock)
                return _left = _left.RemoveRange(_left.Where(p => _time.GetElapsedTime(p.Value) >= LeaveTime).Select(p => p.Key));
        }
    }

    public Reservation? Find(string name) => _reservations.GetValueOrDefault(name);

    /// <summary>The reservation of <paramref name="name"/>, made now when there is none.</summary>
    public Reservation Open(string name)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(name, out var known))
                return known;

            // A volume prefix may still be held by a server that was renamed away from this name.
            var storage = name;
            for (var i = 2; _reservations.Values.Any(r => r.Storage == storage); i++)
                storage = $"{name}-{i}";

            var made = new Reservation(null, MacAddress.Create(), storage, _time.GetUtcNow());
            Save(_reservations.SetItem(name, made));
            return made;
        }
    }

    /// <summary>Keeps <paramref name="address"/> for <paramref name="name"/>.</summary>
    /// <returns>False when another name that is in <paramref name="inUse"/> has it; a name without a server gives way.</returns>
    public bool TryAssign(string name, IPAddress address, IReadOnlySet<string> inUse)
    {
        lock (_lock)
        {
            var mine = Open(name);
            var next = _reservations;
            foreach (var (other, reservation) in _reservations)
            {
                if (other != name && address.Equals(reservation.Address))
                {
                    if (inUse.Contains(other))
                        return false;

                    next = next.SetItem(other, reservation with { Address = null });
                }
            }

            Save(next.SetItem(name, mine with { Address = address, LastUsed = _time.GetUtcNow() }));
            return true;
        }
    }

    /// <summary>The MAC and the address that <paramref name="name"/> has from now on.</summary>
    public Reservation SetPlace(string name, string mac, IPAddress? address)
    {
        lock (_lock)
        {
            var now = Open(name) with { Mac = mac, Address = address };
            Save(_reservations.SetItem(name, now));
            return now;
        }
    }

    /// <summary>The container that <paramref name="name"/> has from now on.</summary>
    public void Bind(string name, string container)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(name, out var reservation) && reservation.Container != container)
                Save(_reservations.SetItem(name, reservation with { Container = container }));
        }
    }

    /// <summary>
    /// Gives each reservation the name that its container has now: renamed by us, by docker, or while no agent ran. One without a
    /// known container is known by its MAC, which nobody else has. What a new name kept for a server that is gone is forgotten.
    /// </summary>
    /// <param name="containers">All of this machine.</param>
    public void Follow(IReadOnlyList<ContainerFacts> containers)
    {
        lock (_lock)
        {
            var present = containers.DistinctBy(c => c.Id).ToDictionary(c => c.Id, StringComparer.Ordinal);
            var byMac = containers.Where(c => MacOf(c) is not null).DistinctBy(MacOf, StringComparer.OrdinalIgnoreCase).ToDictionary(c => MacOf(c)!, StringComparer.OrdinalIgnoreCase);
            var moves = new List<(string From, string To, Reservation Reservation)>();
            foreach (var (name, reservation) in _reservations)
            {
                var holder = present.GetValueOrDefault(reservation.Container ?? "") ?? byMac.GetValueOrDefault(reservation.Mac);
                if (holder is not null && (holder.Name != name || holder.Id != reservation.Container))
                    moves.Add((name, holder.Name, reservation with { Container = holder.Id }));
            }

            if (moves.Count == 0)
                return;

            var next = _reservations.RemoveRange(moves.Select(m => m.From));
            foreach (var (_, to, reservation) in moves)
            {
                if (next.TryGetValue(to, out var displaced))
                    Leave(displaced);

                next = next.SetItem(to, reservation);
            }

            Save(next);
        }
    }

    /// <param name="name">Whose.</param>
    /// <param name="only">Forget it only while it has this MAC: it may have been made again, or have come with a rename; null in any case.</param>
    public void Forget(string name, string? only = null)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(name, out var reservation) && (only is null || reservation.Mac == only))
            {
                Leave(reservation);
                Save(_reservations.Remove(name));
            }
        }
    }

    private static string? MacOf(ContainerFacts container) => container.Endpoints.Select(a => a.Mac).FirstOrDefault(mac => mac.Length > 0);

    private void Leave(Reservation reservation)
    {
        if (reservation.Address is { } address)
            _left = _left.SetItem(address, _time.GetTimestamp());
    }

    private void Save(ImmutableDictionary<string, Reservation> next)
    {
        if (ReferenceEquals(next, _reservations))
            return;

        var file = new ReservationFile
        {
            Servers = next.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(
                p => p.Key,
                p => new ReservationFile.Item(p.Value.Address?.ToString(), p.Value.Mac, p.Value.Storage, p.Value.LastUsed, p.Value.Container)),
        };
        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, ReservationJson.Default.ReservationFile));
        _reservations = next;
    }

    private static ImmutableDictionary<string, Reservation> Load(string path, out string? setAside)
    {
        var file = DurableFile.Read(path, ReservationFile.CurrentVersion, ReservationJson.Default.ReservationFile, out setAside);
        return file is null || file.Servers is null
            ? ImmutableDictionary<string, Reservation>.Empty
            : file.Servers.ToImmutableDictionary(
                p => p.Key,
                p => new Reservation(AddressText.TryParse(p.Value.Address, out var a) ? a : null, p.Value.Mac, p.Value.Storage, p.Value.LastUsed, p.Value.Container));
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(ReservationFile))]
    private sealed partial class ReservationJson : JsonSerializerContext;
}
