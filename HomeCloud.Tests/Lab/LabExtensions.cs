using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab;

internal static class LabExtensions
{
    /// <summary>Leaves the shared lab as the next scenario expects it.</summary>
    public static async Task RemoveContainersAsync(this HomeLab lab)
    {
        foreach (var server in lab.Servers)
        {
            var left = (await server.Engine.DockerAsync(["ps", "--all", "--quiet"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (left.Length > 0)
                await server.Engine.DockerAsync(["rm", "--force", .. left]);
        }
    }
}
