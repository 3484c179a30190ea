using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class QuarantineKeptAt : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "KeptAt",
                schema: "governance_state",
                table: "quarantine",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Topic_KeptAt",
                schema: "governance_state",
                table: "quarantine",
                columns: new[] { "Topic", "KeptAt" }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_quarantine_Topic_KeptAt",
                schema: "governance_state",
                table: "quarantine"
            );

            migrationBuilder.DropColumn(name: "KeptAt", schema: "governance_state", table: "quarantine");
        }
    }
}
