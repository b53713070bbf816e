using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab;

internal static class LabExtensions
{
    /// <summary>Leaves the shared lab as the next scenario expects it.</summary>
    public static async Task RemoveContainersAsync(this HomeLab lab)
    {
        foreach (var server in lab.Servers)
            await server.Engine.RemoveAllAsync();
    }
}
