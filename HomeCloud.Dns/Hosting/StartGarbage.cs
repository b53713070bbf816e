namespace HomeCloud.Dns.Hosting;

/// <summary>Reading names and options leaves garbage that would lie around for hours: a server at rest allocates next to nothing.</summary>
public static class StartGarbage
{
    /// <summary>Call it once, when the program is ready.</summary>
    public static void Free() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
