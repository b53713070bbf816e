using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Who may ask: loopback, link-local, private and directly attached networks, and what options add. A server that answers
/// the whole Internet is a weapon in the hands of others (RFC 5358), so this is closed unless told otherwise.
/// </summary>
public sealed class AccessControl : IDisposable
{
    private readonly AddressPrefixes _configured;
    private readonly Func<AddressPrefixes> _attached;
    private volatile AddressPrefixes _allowed;

    public AccessControl(AccessOptions options)
        : this(options, AttachedNetworks) => NetworkChange.NetworkAddressChanged += OnNetworkChanged;

    internal AccessControl(AccessOptions options, Func<AddressPrefixes> attached)
    {
        _attached = attached;
        _configured = options.IsOpen
            ? AddressPrefixes.Everybody
            : AddressPrefixes.Local.With(AddressPrefixes.Parse(options.AllowFrom));
        Transfers = AddressPrefixes.Parse(options.TransferTo);
        _allowed = _configured.With(attached());
    }

    /// <summary>Who may transfer our zones.</summary>
    public AddressPrefixes Transfers { get; }

    public bool MayAsk(ClientAddress client) => _allowed.Contains(client);

    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnNetworkChanged;

    private void OnNetworkChanged(object? sender, EventArgs e) => _allowed = _configured.With(_attached());

    private static AddressPrefixes AttachedNetworks()
    {
        var all = AddressPrefixes.None;
        try
        {
            foreach (var address in NetworkInterface.GetAllNetworkInterfaces()
                .Where(network => network.OperationalStatus == OperationalStatus.Up)
                .SelectMany(network => network.GetIPProperties().UnicastAddresses))
            {
                // A prefix of 0 would let everybody in; point-to-point links report it.
                if (address.PrefixLength >= (address.Address.AddressFamily == AddressFamily.InterNetwork ? 8 : 16))
                    all = all.With(AddressPrefixes.From(Plain(address.Address), address.PrefixLength));
            }
        }
        catch (NetworkInformationException)
        {
            // The fixed networks stay allowed; a later change of the network tries again.
        }

        return all;
    }

    private static IPAddress Plain(IPAddress address) => new(address.GetAddressBytes());
}
