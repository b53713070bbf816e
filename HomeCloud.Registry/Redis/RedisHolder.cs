using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Net.Files;
using HomeCloud.Net.Machine;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// This process as the holder of its owners. Two agents with one id, of a cloned machine or of two with one host name, would
/// overwrite each other's names for ever: the second one is refused. A process that starts takes over from an earlier one of the
/// same place. One that is refused takes over once nothing was heard of the holder for the length of its lease, by this process's
/// steady clock.
/// </summary>
internal sealed class RedisHolder(RegistryOptions options, TimeProvider time)
{
    /// <summary>Of writes to names without an agent, which nobody holds.</summary>
    public const string NoClaim = "- - -";

    private const int MostAddresses = 2;
    private static readonly TimeSpan UnknownLease = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Claimed> _owners = new();
    private readonly Lazy<string> _place = new(() => Place(options.DataDirectory));
    private readonly Lazy<string> _machine = new(Machine);

    private enum Standing
    {
        Starting,
        Held,
        Refused,
    }

    /// <summary>
    /// <c>CLAIM PLACE MACHINE</c>. The claim is <c>start</c> until the owner was held once, <c>held</c> while it is, as far as this
    /// process knows, and <c>on</c> when another has it since; or what was last seen of a holder that has been silent for its lease.
    /// </summary>
    public string Claim(string owner)
    {
        var state = State(owner);
        lock (state)
        {
            var claim = state.Standing switch
            {
                Standing.Held => "held",
                Standing.Refused when state.Silent >= Lease(state.Seen) => state.Seen,
                _ => state.HeldOnce ? "on" : "start",
            };
            return $"{claim} {_place.Value} {_machine.Value}";
        }
    }

    public bool IsRefused(string owner)
    {
        var state = State(owner);
        lock (state)
            return state.Standing == Standing.Refused;
    }

    public void Granted(string owner)
    {
        var state = State(owner);
        lock (state)
            (state.Standing, state.HeldOnce, state.Seen) = (Standing.Held, true, "");
    }

    /// <param name="owner">Who was refused.</param>
    /// <param name="holder">The holder's machine.</param>
    /// <param name="seen">Another text after each renewal of the holder's.</param>
    public RegistryUnavailableException Refused(string owner, string holder, string seen)
    {
        var state = State(owner);
        lock (state)
        {
            var now = time.GetTimestamp();
            if (state.Standing == Standing.Refused && state.Seen == seen)
            {
                // While Redis is away nobody can renew: a pause between two looks counts only as far as renewals are apart.
                var (apart, pause) = (Lease(seen) / 3, time.GetElapsedTime(state.LastLook, now));
                state.Silent += pause < apart ? pause : apart;
            }
            else
            {
                state.Silent = TimeSpan.Zero;
            }

            (state.Standing, state.Seen, state.LastLook) = (Standing.Refused, seen, now);
        }

        return new RegistryUnavailableException(
            $"Two machines use the agent id '{owner}': {Plain(holder)} holds it, so the names of {_machine.Value} are refused. Set another --agent-id on this machine; or change its host name and delete agent-id in {options.DataDirectory}. Then restart its agent (docs/several-machines.md).")
        {
            HeldByAnother = true,
        };
    }

    private static TimeSpan Lease(string seen) =>
        double.TryParse(seen.AsSpan(seen.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is > 0 and < 1e12
            ? TimeSpan.FromMilliseconds(milliseconds)
            : UnknownLease;

    // What another machine says of itself goes into a log.
    private static string Plain(string text) => string.Concat(text.Take(200).Select(c => c is >= ' ' and <= '~' ? c : '?'));

    private Claimed State(string owner) => _owners.GetOrAdd(owner, static _ => new Claimed());

    // The machine's id, the directory, and a number of chance in it: containers have no machine id, and the directory is mostly the same.
    private static string Place(string directory)
    {
        var chance = "";
        var file = Path.Combine(directory, RegistryOptions.PlaceFile);
        try
        {
            if (File.Exists(file))
                chance = File.ReadAllText(file).Trim();
            if (chance.Length == 0)
            {
                chance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
                AtomicFile.Write(file, Encoding.UTF8.GetBytes(chance + "\n"));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The registry complains about such a directory; a number that is not kept would refuse the next start.
            chance = "";
        }

        var all = $"{MachineId()}\n{Path.GetFullPath(directory)}\n{chance}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 8));
    }

    private static string MachineId()
    {
        try
        {
            return File.ReadAllText("/etc/machine-id").Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // With addresses: a clone has the same name.
    private static string Machine()
    {
        var addresses = MachineInterfaces.Read().Interfaces
            .Where(found => found is { IsUp: true, IsLoopback: false })
            .OrderByDescending(found => found.Gateways)
            .SelectMany(found => found.Addresses)
            .Select(found => found.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .Take(MostAddresses);
        var text = string.Join(", ", addresses);
        return text.Length == 0 ? Plain(Environment.MachineName) : $"{Plain(Environment.MachineName)} ({text})";
    }

    private sealed class Claimed
    {
        public Standing Standing { get; set; }

        public bool HeldOnce { get; set; }

        public string Seen { get; set; } = "";

        public TimeSpan Silent { get; set; }

        public long LastLook { get; set; }
    }
}
