using System.Diagnostics.CodeAnalysis;
using HomeCloud.Tests.Registry.Embedded;

/// <summary>
/// Lets tests start this assembly as a process of its own: its entry point is generated, and the runtime calls this type,
/// by this name, before that when DOTNET_STARTUP_HOOKS names the assembly.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime asks for this name in the global namespace.")]
internal static class StartupHook
{
    public static void Initialize() => WriterProcess.RunWhenAsked();
}
