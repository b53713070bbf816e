using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>
/// Who may ask: loopback, link-local, private and directly attached networks, and what options add. A server that answers
/// the whole Internet is a weapon in the hands of others (RFC 5358), so this is closed unless told otherwise.
/// </summary>
public sealed class AccessControl
{
    private readonly AddressPrefixes _configured;
    private volatile AddressPrefixes _allowed;
    private volatile AddressPrefixes _ofTheHome = AddressPrefixes.Local;

    public AccessControl(AccessOptions options)
        : this(options, MachineInterfaces.Read())
    {
    }

    internal AccessControl(AccessOptions options, MachineReading machine)
    {
        _configured = options.IsOpen
            ? AddressPrefixes.Everybody
            : AddressPrefixes.Local.With(AddressPrefixes.Parse(options.AllowFrom));
        Transfers = AddressPrefixes.Parse(options.TransferTo);
        _allowed = _configured;
        Follow(machine);
    }

    /// <summary>Who may transfer our zones.</summary>
    public AddressPrefixes Transfers { get; }

    public bool MayAsk(ClientAddress client) => _allowed.Contains(client);

    /// <summary>Whether an address lies in a private or attached network, whatever else the rules allow.</summary>
    public bool IsOfTheHome(ClientAddress address) => _ofTheHome.Contains(address);

    /// <summary>Takes over the networks that this machine is attached to now. An incomplete reading takes none away.</summary>
    public void Follow(MachineReading machine)
    {
        var networks = Attached(machine);
        _ofTheHome = (machine.IsComplete ? AddressPrefixes.Local : _ofTheHome).With(networks);
        var attached = _configured.With(networks);
        _allowed = machine.IsComplete ? attached : attached.With(_allowed);
    }

    private static AddressPrefixes Attached(MachineReading machine)
    {
        var all = AddressPrefixes.None;
        foreach (var (address, length) in machine.Interfaces.Where(found => found.IsUp).SelectMany(found => found.Addresses))
        {
            // A prefix of 0 would let everybody in; point-to-point links report it.
            if (length >= (address.AddressFamily == AddressFamily.InterNetwork ? 8 : 16))
                all = all.With(AddressPrefixes.From(new IPAddress(address.GetAddressBytes()), length));
        }

        return all;
    }
}
