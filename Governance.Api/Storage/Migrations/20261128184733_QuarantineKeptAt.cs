using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class QuarantineKeptAt : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(name: "KeptAt", table: "quarantine", type: "INTEGER", nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Topic_KeptAt",
                table: "quarantine",
                columns: new[] { "Topic", "KeptAt" }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_quarantine_Topic_KeptAt", table: "quarantine");

            migrationBuilder.DropColumn(name: "KeptAt", table: "quarantine");
        }
    }
}
