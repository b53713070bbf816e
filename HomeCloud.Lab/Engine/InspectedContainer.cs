using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Lab.Engine;

/// <param name="Name">As <c>docker ps</c> shows it.</param>
/// <param name="Running">Whether its process lives.</param>
/// <param name="Addresses">Its addresses on the LAN; none when it is stopped or disconnected.</param>
public sealed record InspectedContainer(string Name, bool Running, ImmutableArray<IPAddress> Addresses);
