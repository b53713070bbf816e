using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Zones;

namespace HomeCloud.Dns.Resolving;

/// <summary>Names that are asked of nobody outside: those in our zones, special-use names, and single labels.</summary>
internal sealed class HomeNames(ZoneCatalog catalog, SpecialNames specialNames) : IHomeNames
{
    public bool StayHome(ReadOnlySpan<byte> foldedName) =>
        catalog.TryFindZone(foldedName, out _) || specialNames.TryFind(foldedName, out _, out _) || SingleLabelAnswer.IsSingleLabel(foldedName);
}
