using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>A record of an upstream's response, with its owner name unpacked and folded.</summary>
internal struct InspectedRecord
{
    public RecordView View;
    public Section Section;
    public int OwnerStart;
    public int OwnerLength;
    public bool Kept;
}
