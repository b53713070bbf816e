namespace HomeCloud.Lab.Processes;

/// <summary>Finds our own programs, built from source or installed together.</summary>
public static class Executables
{
    public static string Cli => Find("homecloud", "HomeCloud.Cli");

    public static string Agent => Find("homecloud-agent", "HomeCloud.Agent");

    public static string Dns => Find("homecloud-dns", "HomeCloud.Dns");

    private static string Find(string name, string project)
    {
        // artifacts/bin/<project>/<configuration>/ as the SDK lays it out, then one directory for all.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(own.FullName, "..", "..", project, own.Name, name);
        var together = Path.Combine(own.FullName, name);
        if (File.Exists(built))
            return Path.GetFullPath(built);
        return File.Exists(together)
            ? together
            : throw new LabException($"{name} is neither at {Path.GetFullPath(built)} nor at {together}; build it: dotnet build {project}");
    }
}
