namespace HomeCloud.Agent.Lan;

/// <summary>QTYPEs that a stub asks here.</summary>
public enum StubQuestion : ushort
{
    A = 1,
    Soa = 6,
    Txt = 16,
    Aaaa = 28,
}
